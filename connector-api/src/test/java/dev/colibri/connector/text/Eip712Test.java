package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The example of the standard, with its own numbers. */
class Eip712Test {
  private static final String PERSON = "Person(string name,address wallet)";
  private static final String MAIL = "Mail(Person from,Person to,string contents)" + PERSON;

  private static Eip712.Struct person(String name, String wallet) {
    return Eip712.struct(PERSON).text(name).address(wallet);
  }

  @Test
  void theMailOfTheStandard() {
    byte[] domain =
        Eip712.struct(
                "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
            .text("Ether Mail")
            .text("1")
            .number(1)
            .address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC")
            .hash();
    byte[] mail =
        Eip712.struct(MAIL)
            .struct(person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"))
            .struct(person("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"))
            .text("Hello, Bob!")
            .hash();
    byte[] digest = Eip712.digest(domain, mail);
    assertEquals(
        "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", Hex.encode(domain));
    assertEquals(
        "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", Hex.encode(mail));
    assertEquals(
        "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", Hex.encode(digest));
    Secret cow = Secret.of(Hex.encode(Digest.keccak256("cow".getBytes())));
    Secp256k1.Signature signature = Secp256k1.hex(cow).sign(digest);
    assertEquals("0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826", Secp256k1.hex(cow).address());
    assertEquals(28, signature.v());
    assertEquals(
        "0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d", signature.rHex());
    assertEquals(
        "0x07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562", signature.sHex());
  }

  /** Laid out by hand: every member is one word, and an array is the hash of its items' hashes. */
  @Test
  void everyKindOfMember() {
    String inner = "Inner(bool yes)";
    String type = "Outer(bytes32 id,bytes4 tag,bytes data,uint64 n,bool no,Inner[] all)" + inner;
    var yes = Eip712.struct(inner).bool(true);
    var no = Eip712.struct(inner).bool(false);
    byte[] id = Digest.sha256("id");
    byte[] hash =
        Eip712.struct(type)
            .fixed(id)
            .fixed(new byte[] {1, 2, 3, 4})
            .bytes(new byte[] {9})
            .number(new BigInteger("18446744073709551615"))
            .bool(false)
            .structs(List.of(yes, no))
            .hash();
    String words =
        Hex.encode(Digest.keccak256(type.getBytes()))
            + Hex.encode(id)
            + "01020304"
            + "0".repeat(56)
            + Hex.encode(Digest.keccak256(new byte[] {9}))
            + "0".repeat(48)
            + "f".repeat(16)
            + "0".repeat(64)
            + Hex.encode(
                Digest.keccak256(Hex.decode(Hex.encode(yes.hash()) + Hex.encode(no.hash()))));
    assertEquals(Hex.encode(Digest.keccak256(Hex.decode(words))), Hex.encode(hash));
  }

  @Test
  void whatDoesNotFitItsTypeIsRefused() {
    for (Executable wrong :
        List.<Executable>of(
            () -> Eip712.struct("Person"),
            () -> Eip712.struct(PERSON).number(1),
            () -> Eip712.struct(PERSON).text("a").address("0x01"),
            () -> Eip712.struct(PERSON).text("a").hash(),
            () -> Eip712.struct("A(bool yes)").bool(true).bool(true),
            () -> Eip712.struct("A(uint8 n)").number(256),
            () -> Eip712.struct("A(uint8 n)").number(-1),
            () ->
                Eip712.struct("A(B b)B(bool yes)").struct(Eip712.struct("C(bool y)").bool(true)))) {
      assertThrows(IllegalArgumentException.class, wrong);
    }
  }
}
