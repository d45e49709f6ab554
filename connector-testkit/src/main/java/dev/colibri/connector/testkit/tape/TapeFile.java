package dev.colibri.connector.testkit.tape;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A file that lines are added to, up to a size, and that only its owner may read. Whole lines only,
 * and each is with the operating system when it was written: what a killed process wrote is there.
 * Not thread-safe.
 */
final class TapeFile implements AutoCloseable {
  private final OutputStream out;
  private final long most;
  private long bytes;
  private long lines;
  private boolean full;
  private @Nullable String problem;

  /**
   * A new file in place of one that may be there.
   *
   * @param most bytes
   */
  TapeFile(Path file, long most) throws IOException {
    create(file);
    this.out = Files.newOutputStream(file);
    this.most = most;
  }

  /** Makes an empty file that is its owner's only. */
  static void create(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a folder");
    }
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] owner =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Files.deleteIfExists(file);
    Files.createFile(file, owner);
  }

  /** Adds a line, unless the file is full, or one that came before did not fit or failed. */
  void write(String line) {
    byte[] row = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (full || problem != null) {
      return;
    }
    if (bytes + row.length > most) {
      full = true;
      return;
    }
    try {
      out.write(row);
      bytes += row.length;
      lines++;
    } catch (IOException e) {
      problem = e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  long bytes() {
    return bytes;
  }

  long lines() {
    return lines;
  }

  boolean isFull() {
    return full;
  }

  /** Why nothing is written any more; null while all is well. */
  @Nullable String problem() {
    return problem;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      problem = e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }
}
