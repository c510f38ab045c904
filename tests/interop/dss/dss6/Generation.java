import eu.europa.esig.dss.alert.SilentOnStatusAlert;
import eu.europa.esig.dss.jades.JAdESSignatureParameters;
import eu.europa.esig.dss.jades.JAdESSigningTimeType;
import eu.europa.esig.dss.jades.signature.JAdESService;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;

/** What differs in DSS 6: packages have moved, and the claimed time is `iat` unless asked for. */
final class Generation {
    private Generation() {}

    static JAdESService service() {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        // The keys of the tests are made for the tests' own moment.
        verifier.setAlertOnExpiredCertificate(new SilentOnStatusAlert());
        verifier.setAlertOnNotYetValidCertificate(new SilentOnStatusAlert());
        return new JAdESService(verifier);
    }

    static void trust(SignedDocumentValidator validator, CertificateSource trusted) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null); // nothing is fetched
        validator.setCertificateVerifier(verifier);
    }

    static void prepare(JAdESSignatureParameters parameters, String header) {
        parameters.setJadesSigningTimeType(
            header.equals("sigT") ? JAdESSigningTimeType.SIG_T : JAdESSigningTimeType.IAT);
    }
}
