package dev.colibri.connector.text;

import java.util.Arrays;

/**
 * Derives a key from a password so that guessing takes memory (RFC 7914). BouncyCastle's refuses
 * costs beyond those of the RFC, with which wallets' files were published.
 */
final class Scrypt {
  private static final int BLOCK = 16;

  private Scrypt() {}

  /**
   * Derives.
   *
   * @param n how many blocks are kept, a power of two
   * @param r how many times 128 bytes a block has
   * @param p how often all of it is done
   * @param length how many bytes are wanted
   */
  static byte[] derive(byte[] password, byte[] salt, int n, int r, int p, int length) {
    byte[] all = BouncyCastle.Kdf.pbkdf2(password, salt, 1, p * 128 * r);
    int words = 32 * r;
    int[] block = new int[words];
    int[][] kept = new int[n][];
    for (int i = 0; i < p; i++) {
      read(all, i * words * 4, block);
      block = mix(block, kept, n, r);
      write(block, all, i * words * 4);
    }
    byte[] derived = BouncyCastle.Kdf.pbkdf2(password, all, 1, length);
    Arrays.fill(all, (byte) 0);
    Arrays.fill(block, 0);
    return derived;
  }

  /** Section 5. */
  private static int[] mix(int[] start, int[][] kept, int n, int r) {
    int[] x = start;
    for (int i = 0; i < n; i++) {
      kept[i] = x;
      x = mixed(x, r);
    }
    for (int i = 0; i < n; i++) {
      int[] other = kept[x[x.length - BLOCK] & n - 1];
      for (int k = 0; k < x.length; k++) {
        x[k] ^= other[k];
      }
      x = mixed(x, r);
    }
    return x;
  }

  /** Section 4. */
  private static int[] mixed(int[] in, int r) {
    int[] out = new int[in.length];
    int[] x = Arrays.copyOfRange(in, in.length - BLOCK, in.length);
    for (int i = 0; i < 2 * r; i++) {
      for (int k = 0; k < BLOCK; k++) {
        x[k] ^= in[i * BLOCK + k];
      }
      salsa(x);
      System.arraycopy(x, 0, out, (i / 2 + (i % 2) * r) * BLOCK, BLOCK);
    }
    return out;
  }

  /** Section 3: Salsa20/8. */
  private static void salsa(int[] b) {
    int[] x = b.clone();
    for (int i = 0; i < 4; i++) {
      quarter(x, 0, 4, 8, 12);
      quarter(x, 5, 9, 13, 1);
      quarter(x, 10, 14, 2, 6);
      quarter(x, 15, 3, 7, 11);
      quarter(x, 0, 1, 2, 3);
      quarter(x, 5, 6, 7, 4);
      quarter(x, 10, 11, 8, 9);
      quarter(x, 15, 12, 13, 14);
    }
    for (int i = 0; i < BLOCK; i++) {
      b[i] += x[i];
    }
  }

  private static void quarter(int[] x, int a, int b, int c, int d) {
    x[b] ^= Integer.rotateLeft(x[a] + x[d], 7);
    x[c] ^= Integer.rotateLeft(x[b] + x[a], 9);
    x[d] ^= Integer.rotateLeft(x[c] + x[b], 13);
    x[a] ^= Integer.rotateLeft(x[d] + x[c], 18);
  }

  private static void read(byte[] bytes, int from, int[] words) {
    for (int i = 0; i < words.length; i++) {
      int at = from + 4 * i;
      words[i] =
          bytes[at] & 0xff
              | (bytes[at + 1] & 0xff) << 8
              | (bytes[at + 2] & 0xff) << 16
              | bytes[at + 3] << 24;
    }
  }

  private static void write(int[] words, byte[] bytes, int from) {
    for (int i = 0; i < words.length; i++) {
      for (int k = 0; k < 4; k++) {
        bytes[from + 4 * i + k] = (byte) (words[i] >> 8 * k);
      }
    }
  }
}
