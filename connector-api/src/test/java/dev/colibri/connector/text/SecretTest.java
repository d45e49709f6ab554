package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretTest {
  private static final String CANARY = "canary-0123456789";

  @Test
  void isRevealedOnlyByItsWords() {
    Secret secret = Secret.of(CANARY);
    assertEquals(CANARY, secret.revealText());
    assertArrayEquals(CANARY.getBytes(), secret.reveal());
    assertEquals("Secret(***)", secret.toString());
    assertNotEquals(Secret.of(CANARY), secret);
  }

  @Test
  void doesNotSerialise() throws Exception {
    try (var out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThrows(NotSerializableException.class, () -> out.writeObject(Secret.of(CANARY)));
    }
  }

  @Test
  void handsOutCopies() {
    Secret secret = Secret.of(CANARY);
    secret.reveal()[0] = 'x';
    assertEquals(CANARY, secret.revealText());
    byte[] own = CANARY.getBytes();
    Secret copied = Secret.of(own);
    own[0] = 'x';
    assertEquals(CANARY, copied.revealText());
  }

  @Test
  void decodesWhatVenuesEncode() {
    assertEquals("hello", Secret.of("aGVsbG8=\n").base64Decoded().revealText());
    assertEquals("hello", Secret.of("0x68656C6c6f").hexDecoded().revealText());
    var e = assertThrows(TextException.class, () -> Secret.of("&" + CANARY).base64Decoded());
    assertFalse(e.getMessage().contains(CANARY));
    e = assertThrows(TextException.class, () -> Secret.of(CANARY).hexDecoded());
    assertFalse(e.getMessage().contains(CANARY));
  }

  @Test
  void keysAreMadeOnce() {
    Secret secret = Secret.of("aGVsbG8=");
    assertSame(Hmac.sha256(secret), Hmac.sha256(secret));
    assertSame(secret.base64Decoded(), secret.base64Decoded());
  }

  @Test
  void isUnusableOnceClosed() {
    Secret secret = Secret.of("aGVsbG8=");
    Secret decoded = secret.base64Decoded();
    secret.close();
    secret.close();
    assertThrows(IllegalStateException.class, secret::reveal);
    assertThrows(IllegalStateException.class, secret::revealText);
    assertThrows(IllegalStateException.class, decoded::reveal);
    assertThrows(IllegalStateException.class, () -> Hmac.sha256(secret));
  }

  @Test
  void credentialsComeFromTheEnvironment() {
    var environment =
        Map.of(
            "VENUE_API_KEY", "k",
            "VENUE_API_SECRET", CANARY,
            "VENUE_API_PASSPHRASE", "p",
            "VENUE_API_UID", "42",
            "VENUE_API_EMPTY", " ",
            "OTHER_API_KEY", "o");
    var credentials = Credentials.fromEnv("VENUE", environment);
    assertEquals("k", credentials.apiKey());
    assertEquals(CANARY, credentials.secret().revealText());
    assertEquals("p", credentials.passphrase().revealText());
    assertEquals("42", credentials.get("uid").revealText());
    assertNull(credentials.find("empty"));
    assertEquals(2, credentials.others().size());
  }

  @Test
  void aMissingVariableIsNamed() {
    var e =
        assertThrows(
            IllegalStateException.class,
            () -> Credentials.fromEnv("VENUE", Map.of("VENUE_API_KEY", "k")));
    assertEquals("the environment variable VENUE_API_SECRET is not set", e.getMessage());
    e =
        assertThrows(
            IllegalStateException.class,
            () -> Credentials.fromEnv("VENUE", Map.of("VENUE_API_KEY", " ")));
    assertEquals("the environment variable VENUE_API_KEY is blank", e.getMessage());
  }

  @Test
  void credentialsShowTheirLabelOnly() {
    var credentials = Credentials.of("key", CANARY).withPassphrase(CANARY).account("mm-1");
    assertEquals("Credentials(mm-1)", credentials.toString());
    assertEquals("mm-1", credentials.account());
    assertEquals("default", Credentials.of("key", CANARY).account());
    assertThrows(IllegalStateException.class, () -> Credentials.of("k", "s").passphrase());
    assertThrows(IllegalArgumentException.class, () -> Credentials.of(" ", "s"));
    credentials.close();
    assertThrows(IllegalStateException.class, () -> credentials.passphrase().reveal());
    assertThrows(IllegalStateException.class, () -> credentials.secret().reveal());
  }
}
