package dev.colibri.examples.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS between two processes of one machine, by a certificate of their own.
 *
 * @param context of a server, or of a client that trusts it
 * @param trust what the client trusts
 * @param trustStore where it is written down
 */
record Tls(SSLContext context, X509TrustManager trust, Path trustStore) {
  private static final char[] PASSWORD = "for-a-measurement".toCharArray();

  /** Of a server at {@code 127.0.0.1}, with a key that is made here by the JDK's keytool. */
  static Tls server() throws IOException {
    try {
      Path folder = Files.createTempDirectory("colibri-benchmarks");
      Path keys = folder.resolve("server.p12");
      Path trusted = folder.resolve("trusted.jks");
      folder.toFile().deleteOnExit();
      keys.toFile().deleteOnExit();
      trusted.toFile().deleteOnExit();
      keytool(keys);
      KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, PASSWORD);
      KeyStore trust = KeyStore.getInstance("JKS");
      trust.load(null, null);
      trust.setCertificateEntry("server", store.getCertificate("server"));
      try (OutputStream out = Files.newOutputStream(trusted)) {
        trust.store(out, PASSWORD);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return new Tls(context, client(trusted).trust, trusted);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void keytool(Path file) throws IOException {
    String command =
        "-genkeypair -alias server -keyalg EC -groupname secp256r1 -dname CN=colibri"
            + " -ext SAN=ip:127.0.0.1 -storetype PKCS12";
    List<String> words =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    words.addAll(List.of(command.split(" ")));
    words.addAll(List.of("-keystore", file.toString(), "-storepass", new String(PASSWORD)));
    Process running = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(running.getInputStream().readAllBytes());
    try {
      if (!running.waitFor(60, TimeUnit.SECONDS) || running.exitValue() != 0) {
        throw new IOException(said);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Of a client that trusts nobody but the server. */
  static Tls client(Path trustStore) throws IOException {
    try {
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(KeyStore.getInstance(trustStore.toFile(), (char[]) null));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return new Tls(context, (X509TrustManager) managers.getTrustManagers()[0], trustStore);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
