"""A timestamp authority that wants an account: from a profile, never on the command line."""

import json

import pytest

from tessera.errors import UsageError
from tessera.journeys.levels import Ascent
from tessera.journeys.tsa_profile import authority
from tessera.seals.jades import JADES
from tessera.seals.keys.refusals import WrongSecretError
from tessera.seals.timestamp import TimestampError
from tessera.trust.fetch import FetchError, GuardedFetcher, Login
from tests.authority.world import DOCUMENT, SEALED_AT, a_world


@pytest.fixture
def world():
    with a_world() as running:
        running.services.account = "registry:s3cret ü"
        yield running


@pytest.fixture
def profiles(world, tmp_path):
    folder = tmp_path / "tessera" / "tsa"
    folder.mkdir(parents=True)
    (folder / "registry.toml").write_text(
        f'url = "{world.services.url}/tsa"\nuser = "registry"\npassword_file = "tsa.txt"\n'
    )
    (folder / "tsa.txt").write_text("s3cret ü\n")
    return folder


def raised(world, name, profiles):
    who = authority(name, profiles)
    clock = world.services.moment
    climb = Ascent(level="t", tsa=who.url, clock=clock, seconds=5, account=who)
    return climb.raiser().all(JADES.seal(DOCUMENT, world.sealer.local(), SEALED_AT))


def test_a_profile_brings_the_account(world, profiles):
    assert b"sigTst" not in world.plain()
    assert JADES.open(raised(world, "tsa:registry", profiles)).signatures[0].level == "B-T"
    by_path = f"tsa:{profiles / 'registry.toml'}"
    assert JADES.open(raised(world, by_path, None)).signatures[0].level == "B-T"


def test_without_or_with_a_wrong_account_nothing_is_stamped(world, profiles):
    with pytest.raises(TimestampError, match="refuses to answer without an account"):
        raised(world, f"{world.services.url}/tsa", profiles)
    (profiles / "tsa.txt").write_text("other")
    with pytest.raises(TimestampError, match="refuses the user or password"):
        raised(world, "tsa:registry", profiles)
    (profiles / "tsa.txt").unlink()
    with pytest.raises(WrongSecretError, match="cannot be read"):
        raised(world, "tsa:registry", profiles)


def test_the_account_goes_to_its_own_address_alone(world, profiles):
    services = world.services
    login = Login(user="registry", password="s3cret ü")
    client = GuardedFetcher(allow_loopback=True, logins={f"{services.url}/other": login})
    with pytest.raises(FetchError, match="without an account"):
        client.post(f"{services.url}/tsa", b"x", media_type="a/b", max_bytes=10)
    assert "s3cret" not in repr(login)


def test_a_password_is_never_sent_unencrypted_over_a_network():
    url = "http://192.0.2.7/tsa"
    login = Login(user="registry", password="secret")
    client = GuardedFetcher(allow_plain=True, logins={"http://1.1.1.1/tsa": login})
    with pytest.raises(FetchError, match="not encrypted, so no password is sent"):
        client.post("http://1.1.1.1/tsa", b"x", media_type="a/b", max_bytes=10)
    with pytest.raises(FetchError, match="not a public address"):
        client.post(url, b"x", media_type="a/b", max_bytes=10)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "must hold the texts"),
        ('url = "https://tsa.example"', "must hold the texts"),
        ('url = "https://t.example"\nuser = "u"\npassword = "p"', "holds the password itself"),
        ('url = "https://t.example"\nuser = "u"\npassword_file = 1', "must hold the texts"),
        ('url = "https://t.example"\nuser = "u"\npassword_file = "f"\nmore = "x"', "only these"),
        ('url = "http://t.example"\nuser = "u"\npassword_file = "f"', "not encrypted"),
        ('url = "https://t.example"\nuser = "u:v"\npassword_file = "f"', "holds a colon"),
        ("url = ", "is no TOML"),
    ],
)
def test_a_profile_that_cannot_be_used_says_what_to_correct(tmp_path, content, said):
    (tmp_path / "bad.toml").write_text(content)
    with pytest.raises(UsageError, match=said):
        authority("tsa:bad", tmp_path)


@pytest.mark.parametrize("name", ["tsa:", "tsa:../up", "tsa:nowhere"])
def test_a_name_of_no_profile_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match=r"no name of a profile|cannot be read"):
        authority(name, tmp_path)


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path):
    with pytest.raises(UsageError, match="others on this machine can see") as refused:
        authority("https://user:secret@tsa.example/x", tmp_path)
    assert "secret@" not in str(refused.value)


def test_the_commands_take_a_profile_and_the_doctor_too(
    run, world, profiles, tmp_path, description, monkeypatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    world.services.now = None
    found = json.loads(run("doctor", "--tsa", "tsa:registry", "--json").out)["findings"]
    [clock] = [one for one in found if one["rule"] == "doctor.clock"]
    assert "s3cret" not in json.dumps(found)
    assert "gave no time" not in clock["message"], clock["message"]
