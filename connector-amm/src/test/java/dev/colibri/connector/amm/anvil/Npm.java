package dev.colibri.connector.amm.anvil;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/**
 * The npm packages that hold the node and the contracts: fetched by {@code npm pack}, no dependency
 * of theirs, checked against the hashes of {@code packages.lock}, and unpacked as far as they are
 * read. They are kept in {@code target/npm}, or where {@code -Dnpm.packages} says; what is there
 * needs no npm.
 */
final class Npm {
  private static final Path HOME =
      Path.of(System.getProperty("npm.packages", "target/npm")).toAbsolutePath().normalize();
  private static final long LIMIT_SECONDS = 240;
  private static final int AT_ONCE = 3;

  /** A line of the lock file. */
  private record Pinned(String spec, String hash, List<String> kept) {
    /** What is unpacked otherwise must not be taken for this. */
    Path folder() {
      int hash = kept.hashCode() ^ this.hash.hashCode();
      return HOME.resolve(spec.replace('/', '+') + "-" + Integer.toHexString(hash));
    }
  }

  private static final Map<String, Pinned> PINNED = pinned();

  private Npm() {}

  private static Map<String, Pinned> pinned() {
    Map<String, Pinned> all = new LinkedHashMap<>();
    for (String line : resource("packages.lock").split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] words = line.split(" ", -1);
        List<String> kept = List.of(Arrays.copyOfRange(words, 2, words.length));
        all.put(words[0], new Pinned(words[0], words[1], kept));
      }
    }
    return all;
  }

  /** A text file of these tests. */
  static String resource(String name) {
    try (InputStream in = Npm.class.getResourceAsStream("/anvil/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether nothing has to be fetched. */
  static boolean isComplete() {
    return PINNED.values().stream().allMatch(p -> Files.isDirectory(p.folder()));
  }

  /** Fetches what is not there. Throws {@link IOException} when that is not possible. */
  static void fetch() throws IOException, InterruptedException {
    List<Callable<Void>> missing = new ArrayList<>();
    for (Pinned p : PINNED.values()) {
      if (!Files.isDirectory(p.folder())) {
        missing.add(
            () -> {
              fetch(p);
              return null;
            });
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      for (Future<Void> done : threads.invokeAll(missing)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** A file of a package. */
  static Path file(String spec, String path) {
    Path file = folder(spec).resolve(path);
    if (!Files.exists(file)) {
      throw new IllegalStateException(spec + " has no " + path + ", or packages.lock keeps it not");
    }
    return file;
  }

  /** Where a package was unpacked to. */
  static Path folder(String spec) {
    return PINNED.get(spec).folder();
  }

  static String text(String spec, String path) {
    try {
      return Files.readString(file(spec, path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fetch(Pinned p) throws IOException, InterruptedException {
    Files.createDirectories(HOME);
    Path scratch = Files.createTempDirectory(HOME, "fetch");
    try {
      Process npm =
          new ProcessBuilder("npm", "pack", "--ignore-scripts", "--loglevel=error", p.spec)
              .directory(scratch.toFile())
              .redirectErrorStream(true)
              .redirectOutput(scratch.resolve("npm.log").toFile())
              .start();
      npm.getOutputStream().close();
      if (!npm.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        npm.destroyForcibly();
        throw new IOException("npm did not fetch " + p.spec + " in " + LIMIT_SECONDS + " s");
      }
      if (npm.exitValue() != 0) {
        String why = Files.readString(scratch.resolve("npm.log"));
        throw new IOException("npm could not fetch " + p.spec + ": " + why);
      }
      byte[] tarball = Files.readAllBytes(only(scratch, "*.tgz"));
      String hash =
          "sha512-"
              + Base64.getEncoder()
                  .encodeToString(MessageDigest.getInstance("SHA-512").digest(tarball));
      if (!hash.equals(p.hash)) {
        throw new IOException(p.spec + " is not what it was: its hash is " + hash);
      }
      Path unpacked = scratch.resolve("unpacked");
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(tarball))) {
        unpack(in, unpacked, p.kept);
      }
      for (String kept : p.kept) {
        if (!Files.exists(unpacked.resolve(kept))) {
          throw new IOException(p.spec + " has no " + kept);
        }
      }
      // Whole or not at all, whoever else fetches it too.
      try {
        Files.move(unpacked, p.folder(), StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!Files.isDirectory(p.folder())) {
          throw e;
        }
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } finally {
      delete(scratch);
    }
  }

  private static Path only(Path folder, String pattern) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      return files.iterator().next();
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (var files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }

  /** Reads a tar archive as npm writes them: names below {@code package/}, no links. */
  private static void unpack(InputStream in, Path to, List<String> kept) throws IOException {
    String longName = "";
    for (byte[] head = in.readNBytes(512); head.length == 512 && head[0] != 0; ) {
      int size = Integer.parseInt(field(head, 124, 12), 8);
      byte[] body = in.readNBytes(size);
      in.skipNBytes((512 - size % 512) % 512);
      char type = (char) head[156];
      if (type == 'x') {
        longName = path(new String(body, StandardCharsets.UTF_8));
      } else {
        String prefix = field(head, 345, 155);
        String name = (prefix.isEmpty() ? "" : prefix + "/") + field(head, 0, 100);
        name = longName.isEmpty() ? name : longName;
        longName = "";
        // The first folder has any name.
        String path = name.substring(name.indexOf('/') + 1);
        if ((type == '0' || type == 0) && isKept(path, kept)) {
          Path file = to.resolve(path).normalize();
          if (!file.startsWith(to)) {
            throw new IOException("a name that leads elsewhere: " + name);
          }
          Files.createDirectories(file.getParent());
          Files.write(file, body);
        }
      }
      head = in.readNBytes(512);
    }
  }

  private static boolean isKept(String path, List<String> kept) {
    return kept.stream().anyMatch(k -> k.endsWith("/") ? path.startsWith(k) : path.equals(k));
  }

  private static String field(byte[] head, int from, int length) {
    String text = new String(head, from, length, StandardCharsets.US_ASCII);
    int end = text.indexOf('\0');
    return (end < 0 ? text : text.substring(0, end)).strip();
  }

  /** The path of an extended header, whose lines are {@code length key=value}. */
  private static String path(String header) {
    for (String line : header.split("\n", -1)) {
      int at = line.indexOf(" path=");
      if (at >= 0) {
        return line.substring(at + " path=".length());
      }
    }
    return "";
  }
}
