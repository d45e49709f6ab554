package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both vectors of the Web3 Secret Storage Definition, and a file that ethers 6.17 wrote. */
class KeystoreTest {
  private static final String KEY =
      "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
  private static final Secret PASSWORD = Secret.of("testpassword");

  private static final String PBKDF2 =
      """
      {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
      "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
      "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
      "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
      "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
      "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}""";

  private static final String SCRYPT =
      """
      {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
      "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
      "kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,
      "salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
      "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
      "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}""";

  /** Its password is {@code Türkçe 🔑}: passwords are UTF-8. */
  private static final String ETHERS =
      """
      {"address":"008aeeda4d805471df9b2a5b0f38a0c3bcba786b","id":"efefefef-efef-4fef-afef-\
      efefefefefef","version":3,"Crypto":{"cipher":"aes-128-\
      ctr","cipherparams":{"iv":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"},"ciphertext":"11abec08\
      187d7d176ba2f72e2da2aa605c4fc383ac82249cf68d390620560056","kdf":"scrypt","kdfparams"\
      :{"salt":"abababababababababababababababababababababababababababababababab","n":4096\
      ,"dklen":32,"p":1,"r":8},"mac":"d75effdb425c86cf62fe865348a57933f227a6a959105bd81ade\
      f7ca1e5876eb"}}""";

  private static String light() {
    return Keystore.encrypt(Secret.of(KEY), PASSWORD, Keystore.Cost.LIGHT, new SplittableRandom(6));
  }

  @Test
  void the_published_files_are_read() {
    assertEquals(KEY, Keystore.decrypt(PBKDF2, PASSWORD).revealText());
    assertEquals(KEY, Keystore.decrypt(SCRYPT, PASSWORD).revealText());
  }

  /** RFC 7914, section 12. */
  @ParameterizedTest
  @CsvSource({
    "'', '', 16, 1, 1, 77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442",
    "password, NaCl, 1024, 8, 16, fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162",
    "pleaseletmein, SodiumChloride, 16384, 8, 1,"
        + " 7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
  })
  void scrypt(String password, String salt, int n, int r, int p, String derived) {
    assertEquals(
        derived, Hex.encode(Scrypt.derive(password.getBytes(), salt.getBytes(), n, r, p, 32)));
  }

  @Test
  void what_ethers_wrote_is_read() {
    assertEquals(KEY, Keystore.decrypt(ETHERS, Secret.of("Türkçe 🔑")).revealText());
    assertEquals("008aeeda4d805471df9b2a5b0f38a0c3bcba786b", Keystore.address(ETHERS));
  }

  @Test
  void what_is_written_is_read_again() {
    String file = light();
    assertFalse(file.contains(KEY));
    assertEquals(KEY, Keystore.decrypt(file, PASSWORD).revealText());
    assertEquals("008aeeda4d805471df9b2a5b0f38a0c3bcba786b", Keystore.address(file));
    assertEquals(
        KEY, Keystore.decrypt(file.replace("\"crypto\"", "\"Crypto\""), PASSWORD).revealText());
    assertNotEquals(
        file,
        Keystore.encrypt(Secret.of(KEY), PASSWORD, Keystore.Cost.LIGHT, new SplittableRandom(7)));
  }

  @Test
  void another_password_or_a_changed_file_is_told_and_nothing_is_quoted() {
    String file = light();
    var e =
        assertThrows(TextException.class, () -> Keystore.decrypt(file, Secret.of("testpassworD")));
    assertEquals("not the password of this keystore, or the file was changed", e.getMessage());
    int at = file.indexOf("ciphertext") + 20;
    char digit = file.charAt(at) == '0' ? '1' : '0';
    String changed = file.substring(0, at) + digit + file.substring(at + 1);
    assertThrows(TextException.class, () -> Keystore.decrypt(changed, PASSWORD));
  }

  /** A file may come from anywhere, and must not stop the process that reads it. */
  @ParameterizedTest
  @CsvSource({
    "'\"version\":3', '\"version\":4', version 4",
    "aes-128-ctr, aes-128-cbc, cipher",
    "'\"kdf\":\"scrypt\"', '\"kdf\":\"bcrypt\"', derivation",
    "'\"n\":4096', '\"n\":4095', costs too much",
    "'\"n\":4096', '\"n\":8388608', costs too much",
    "'\"n\":4096', '\"n\":1073741824', n 1073741824",
    "'\"n\":4096', '\"n\":0', n 0",
    "'\"p\":6', '\"p\":100000', p 100000",
    "'\"r\":8', '\"r\":-1', r -1",
    "'\"dklen\":32', '\"dklen\":64', length",
    "'\"iv\":\"', '\"iv\":\"00', iv has 17 bytes",
    "'\"mac\":\"', '\"mac\":\"00', mac has 33 bytes",
  })
  void a_file_that_is_no_keystore_or_costs_too_much_is_refused(
      String from, String to, String told) {
    String file = light().replace(from, to);
    var e = assertThrows(TextException.class, () -> Keystore.decrypt(file, PASSWORD));
    assertTrue(e.getMessage().contains(told), e.getMessage());
  }

  @Test
  void what_is_no_key_is_not_written() {
    assertThrows(
        TextException.class,
        () ->
            Keystore.encrypt(
                Secret.of("0".repeat(64)), PASSWORD, Keystore.Cost.LIGHT, new SplittableRandom(6)));
  }
}
