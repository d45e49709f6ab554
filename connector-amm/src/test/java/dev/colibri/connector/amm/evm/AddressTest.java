package dev.colibri.connector.amm.evm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.text.TextException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The test cases of EIP-55, and what is no address. */
class AddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
      })
  void an_address_is_written_with_its_check(String text) {
    Address address = Address.of(text);
    assertEquals(text, address.toString());
    assertEquals(address, Address.of(text.toLowerCase(Locale.ROOT)));
    assertEquals(address, Address.of("0x" + text.substring(2).toUpperCase(Locale.ROOT)));
    assertEquals(address, Address.of(address.bytes()));
    assertEquals(address.hashCode(), Address.of(address.bytes()).hashCode());
  }

  @Test
  void one_letter_in_the_wrong_case_is_told() {
    var e =
        assertThrows(
            TextException.class, () -> Address.of("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    assertTrue(e.getMessage().contains("EIP-55"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0x",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0",
        "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
        "vitalik.eth"
      })
  void what_is_no_address_is_refused(String text) {
    assertThrows(TextException.class, () -> Address.of(text));
  }

  @Test
  void addresses_are_ordered_as_numbers() {
    Address low = Address.of("0x1000000000000000000000000000000000000000");
    Address high = Address.of("0xf000000000000000000000000000000000000000");
    assertTrue(low.compareTo(high) < 0);
    assertTrue(Address.ZERO.compareTo(low) < 0);
    assertTrue(Address.ZERO.isZero());
  }

  @Test
  void bytes_that_are_given_or_taken_are_copies() {
    byte[] bytes = new byte[20];
    Address address = Address.of(bytes);
    bytes[0] = 1;
    address.bytes()[1] = 1;
    assertArrayEquals(new byte[20], address.bytes());
    assertThrows(TextException.class, () -> Address.of(new byte[19]));
  }
}
