package dev.colibri.connector.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Self-made certificates, for the time of a test. */
final class Certificates {
  private static final char[] PASSWORD = "for-a-test".toCharArray();

  private final SSLContext context;
  private final Certificate certificate;

  private Certificates(SSLContext context, Certificate certificate) {
    this.context = context;
    this.certificate = certificate;
  }

  /** A key and a certificate for a name, as in {@code dns:localhost}. */
  static Certificates of(Path directory, String name) throws Exception {
    Path file = Files.createTempDirectory(directory, "key").resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name.replaceAll("[^a-z.]", "-"),
                "-ext",
                "SAN=" + name,
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes());
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException(said);
    }
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new Certificates(context, store.getCertificate("server"));
  }

  /** Of a server that has the key. */
  SSLContext server() {
    return context;
  }

  /** A trust store of this certificate, as {@code SpotVenue.trustStore} takes it. */
  Path trustStore(Path directory) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    store.setCertificateEntry("server", certificate);
    Path file = Files.createTempFile(directory, "trust", ".jks");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    return file;
  }
}
