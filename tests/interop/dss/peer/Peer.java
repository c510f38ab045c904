import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.JWSSerializationType;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.enumerations.SignaturePackaging;
import eu.europa.esig.dss.jades.JAdESSignatureParameters;
import eu.europa.esig.dss.jades.signature.JAdESService;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.ToBeSigned;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs12SignatureToken;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;

/**
 * Seals and verifies JAdES with the Commission's own library, for tests/interop.
 *
 * <p>verify TRUSTED:... INSTANT FILE... prints one JSON object a file, and one entry a signature.
 * With -Dpeer.revocation=true the default policy of DSS is used as it is.
 *
 * <p>seal JOBS.tsv makes one sealed file a line: key store, password file, document, instant,
 * serialisation, b64 (true, false), time (sigT, iat), digest of the certificate, target.
 */
public final class Peer {
    private Peer() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("seal")) {
            for (String line : Files.readAllLines(Path.of(arguments[1]))) {
                seal(line.split("\t"));
            }
            return;
        }
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        for (String name : arguments[1].split(File.pathSeparator)) {
            trusted.addCertificate(DSSUtils.loadCertificate(new File(name)));
        }
        Date at = Date.from(Instant.parse(arguments[2]));
        for (int index = 3; index < arguments.length; index++) {
            System.out.println(JsonUtil.toJson(verify(arguments[index], trusted, at)));
        }
    }

    private static Map<String, Object> verify(
            String file, CommonTrustedCertificateSource trusted, Date at) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("file", new File(file).getName());
        List<Map<String, Object>> signatures = new ArrayList<>();
        said.put("signatures", signatures);
        try {
            SignedDocumentValidator validator =
                SignedDocumentValidator.fromDocument(new FileDocument(file));
            Generation.trust(validator, trusted);
            validator.setValidationTime(at);
            Reports reports = validator.validateDocument(policy());
            for (SignatureWrapper one : reports.getDiagnosticData().getSignatures()) {
                signatures.add(signature(one, reports.getSimpleReport()));
            }
        } catch (RuntimeException | IOException error) {
            said.put("refused", String.valueOf(error.getMessage()));
        }
        return said;
    }

    private static Map<String, Object> signature(SignatureWrapper one, SimpleReport simple) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("indication", String.valueOf(simple.getIndication(one.getId())));
        said.put("sub_indication", String.valueOf(simple.getSubIndication(one.getId())));
        said.put("level", String.valueOf(one.getSignatureFormat()));
        said.put("intact", one.isSignatureIntact());
        said.put("valid", one.isSignatureValid());
        said.put("structure", one.isStructuralValidationValid());
        said.put("structure_messages", one.getStructuralValidationMessages());
        said.put("algorithm", String.valueOf(one.getSignatureAlgorithm()));
        said.put("claimed_at", one.getClaimedSigningTime() == null
            ? null : one.getClaimedSigningTime().toInstant().toString());
        said.put("certificate", one.getSigningCertificate() == null
            ? null : one.getSigningCertificate().getDigestAlgoAndValue() == null
                ? null : hex(one.getSigningCertificate().getDigestAlgoAndValue().getDigestValue()));
        said.put("signer", simple.getSignedBy(one.getId()));
        said.put("errors", texts(simple.getAdESValidationErrors(one.getId())));
        said.put("warnings", texts(simple.getAdESValidationWarnings(one.getId())));
        return said;
    }

    private static String hex(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte one : octets) {
            text.append(String.format("%02x", one));
        }
        return text.toString();
    }

    private static List<String> texts(List<Message> messages) {
        List<String> found = new ArrayList<>();
        messages.forEach(message -> found.add(message.getValue()));
        return found;
    }

    /** The default policy of DSS; revocation is asked for only where the authority has some. */
    private static InputStream policy() throws IOException {
        try (InputStream defaults = Peer.class.getResourceAsStream("/policy/constraint.xml")) {
            String text = new String(defaults.readAllBytes(), StandardCharsets.UTF_8);
            if (Boolean.getBoolean("peer.revocation")) {
                return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            }
            for (String rule : List.of("RevocationDataAvailable", "AcceptableRevocationDataFound")) {
                text = text.replaceAll("<" + rule + " Level=\"\\w+\"", "<" + rule + " Level=\"IGNORE\"");
            }
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void seal(String[] job) throws Exception {
        char[] password = Files.readString(Path.of(job[1])).strip().toCharArray();
        try (Pkcs12SignatureToken token = new Pkcs12SignatureToken(
                new File(job[0]), new KeyStore.PasswordProtection(password))) {
            DSSPrivateKeyEntry key = token.getKeys().get(0);
            JAdESSignatureParameters parameters = new JAdESSignatureParameters();
            parameters.setSignatureLevel(SignatureLevel.JAdES_BASELINE_B);
            parameters.setSignaturePackaging(SignaturePackaging.ENVELOPING);
            parameters.setJwsSerializationType(JWSSerializationType.valueOf(job[4]));
            parameters.setBase64UrlEncodedPayload(Boolean.parseBoolean(job[5]));
            parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
            parameters.setSigningCertificateDigestMethod(DigestAlgorithm.valueOf(job[7]));
            parameters.setSigningCertificate(key.getCertificate());
            parameters.setCertificateChain(List.<CertificateToken>of(key.getCertificateChain()));
            parameters.bLevel().setSigningDate(Date.from(Instant.parse(job[3])));
            Generation.prepare(parameters, job[6]);
            JAdESService service = Generation.service();
            DSSDocument document = new FileDocument(job[2]);
            ToBeSigned message = service.getDataToSign(document, parameters);
            SignatureValue value = token.sign(message, DigestAlgorithm.SHA256, key);
            service.signDocument(document, parameters, value).save(job[8]);
        }
    }
}
