package dev.colibri.connector.io;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what must outlive this process: what each connector knows of its orders, as texts under
 * keys. It does not know what they say.
 *
 * <p>Thread-safe. Closed along with the runtime that was given it.
 */
public interface Journal extends AutoCloseable {

  /**
   * A journal in a file, which is made where there is none. What is kept survives the end of the
   * process, however sudden; what a loss of power takes, the operating system decides.
   *
   * @throws JournalException when another process has it open, it is no journal, it is damaged, or
   *     it cannot be written
   * @throws IllegalStateException that says what to add when the library for it is absent
   */
  static Journal at(Path file) {
    try {
      Class.forName("org.h2.mvstore.MVStore", false, Journal.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          """
          A journal is kept in a file of H2's MVStore. Add to your pom.xml:
            <dependency>
              <groupId>com.h2database</groupId>
              <artifactId>h2-mvstore</artifactId>
              <version>2.3.232</version>
            </dependency>""",
          e);
    }
    return FileJournal.at(file);
  }

  /**
   * Opens the part of one connector.
   *
   * @param connector its venue, environment and account
   * @throws JournalException when another connector has it open, or it cannot be read
   */
  Part open(String connector);

  /** Ends everything. What was kept stays kept. */
  @Override
  void close();

  /** The part of one connector, used by one thread at a time. Its text names the journal and it. */
  interface Part extends AutoCloseable {

    /**
     * Everything that is kept, by key: a copy.
     *
     * @throws JournalException when it cannot be read
     */
    Map<String, String> entries();

    /**
     * Keeps all of these changes or none. When it returns, the end of this process takes nothing of
     * them away.
     *
     * @param changes by key the text that is to be kept from now on; null for none any more
     * @throws JournalException when they are not kept
     */
    void keep(Map<String, @Nullable String> changes);

    /** Lets another connector open it. */
    @Override
    void close();
  }
}
