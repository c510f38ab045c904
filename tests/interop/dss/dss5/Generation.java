import eu.europa.esig.dss.jades.JAdESSignatureParameters;
import eu.europa.esig.dss.jades.signature.JAdESService;
import eu.europa.esig.dss.spi.x509.CertificateSource;
import eu.europa.esig.dss.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.validation.SignedDocumentValidator;

/** What differs in DSS 5, which European Digital Credentials were built with: only `sigT`. */
final class Generation {
    private Generation() {}

    static JAdESService service() {
        return new JAdESService(new CommonCertificateVerifier());
    }

    static void trust(SignedDocumentValidator validator, CertificateSource trusted) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(trusted);
        verifier.setAIASource(null); // nothing is fetched
        validator.setCertificateVerifier(verifier);
    }

    static void prepare(JAdESSignatureParameters parameters, String header) {
        if (!header.equals("sigT")) {
            throw new IllegalArgumentException("DSS 5 writes sigT only");
        }
        parameters.setSignWithExpiredCertificate(true); // made for the tests' own moment
    }
}
