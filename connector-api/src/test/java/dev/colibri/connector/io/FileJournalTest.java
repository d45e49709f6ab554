package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.h2.mvstore.MVStore;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that must hold what it was given, or say that it does not. */
class FileJournalTest {
  private static final String TOY = "toy-spot/live/";

  @TempDir Path folder;

  @BeforeAll
  static void register() {
    FilePath.register(new Disk());
  }

  @AfterEach
  void heal() {
    Disk.room = Long.MAX_VALUE;
    Disk.readOnly = false;
  }

  private Path file() {
    return folder.resolve("orders.journal");
  }

  private static Map<String, @Nullable String> change(String key, @Nullable String text) {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    changes.put(key, text);
    return changes;
  }

  /** What the file holds, by a process that opens it now. */
  private Map<String, String> reread(String connector) {
    try (Journal journal = Journal.at(file())) {
      return journal.open(connector).entries();
    }
  }

  @Test
  void what_was_kept_is_there_for_the_next_process() {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, String> expected = new TreeMap<>();
    for (int life = 0; life < 5; life++) {
      try (Journal journal = Journal.at(file())) {
        Journal.Part part = journal.open(TOY);
        assertEquals(expected, part.entries());
        for (int i = 0; i < 200; i++) {
          String key = "order/" + random.nextInt(100);
          String text = random.nextInt(3) == 0 ? null : "ş\u0000" + random.nextLong();
          part.keep(change(key, text));
          if (text == null) {
            expected.remove(key);
          } else {
            expected.put(key, text);
          }
        }
        assertEquals(expected, part.entries());
      }
    }
    assertEquals(expected, reread(TOY));
  }

  @Test
  void a_copy_made_at_any_moment_is_what_a_killed_process_leaves() throws IOException {
    try (Journal journal = Journal.at(file())) {
      Journal.Part part = journal.open(TOY);
      for (int i = 0; i < 50; i++) {
        Map<String, @Nullable String> changes = change("a", "" + i);
        changes.put("b", "" + i);
        part.keep(changes);
        Path copy = folder.resolve("copy");
        Files.write(copy, Files.readAllBytes(file()));
        try (Journal next = Journal.at(copy)) {
          assertEquals("{a=%d, b=%d}".formatted(i, i), next.open(TOY).entries().toString());
        }
      }
    }
  }

  @Test
  void connectors_of_one_file_have_nothing_in_common() {
    try (Journal journal = Journal.at(file())) {
      journal.open(TOY).keep(change("a", "1"));
      journal.open("toy-spot/live/mm-2").keep(change("a", "2"));
    }
    assertEquals("{a=1}", reread(TOY).toString());
    assertEquals("{a=2}", reread("toy-spot/live/mm-2").toString());
    assertEquals("{}", reread("other").toString());
  }

  @Test
  void a_part_is_open_once_and_may_be_opened_again() {
    try (Journal journal = Journal.at(file())) {
      Journal.Part part = journal.open(TOY);
      JournalException e = assertThrows(JournalException.class, () -> journal.open(TOY));
      assertTrue(e.getMessage().contains("account("), e.getMessage());
      part.close();
      assertThrows(JournalException.class, () -> part.keep(change("a", "1")));
      journal.open(TOY).keep(change("a", "1"));
    }
  }

  @Test
  void a_file_that_is_open_is_not_opened_again() {
    Journal journal = Journal.at(file());
    assertNames("another process", () -> Journal.at(file()));
    journal.close();
    assertThrows(JournalException.class, () -> journal.open(TOY));
    Journal.at(file()).close();
  }

  @Test
  void a_file_in_a_folder_that_is_not_there_is_refused() {
    assertNames("cannot be made", () -> Journal.at(folder.resolve("none/orders.journal")));
  }

  @Test
  void a_file_that_is_no_journal_is_refused_and_left_as_it_is() throws IOException {
    for (String text : List.of("", "# my orders\n", "x".repeat(100_000))) {
      Files.writeString(file(), text);
      assertNames("", () -> Journal.at(file()));
      assertEquals(text, Files.readString(file()));
    }
    Files.delete(file());
    MVStore other = MVStore.open(file().toString());
    other.openMap("mine").put("a", "b");
    other.close();
    assertNames("is no journal", () -> Journal.at(file()));
    MVStore.open(file().toString()).close();
  }

  @Test
  void a_file_that_cannot_be_written_is_refused() {
    Journal.at(file()).close();
    Disk.readOnly = true;
    assertNames("permissions", () -> new FileJournal("disk:" + file()));
  }

  @Test
  void damage_is_named_or_leaves_what_was_kept_at_some_time() throws IOException {
    try (Journal journal = Journal.at(file())) {
      Journal.Part part = journal.open(TOY);
      for (int i = 0; i < 100; i++) {
        part.keep(change("order/" + (1_000 + i), "x".repeat(300)));
      }
    }
    byte[] good = Files.readAllBytes(file());
    SplittableRandom random = new SplittableRandom(9);
    int named = 0;
    for (int i = 0; i < 60; i++) {
      byte[] bad = good.clone();
      int at = random.nextInt(bad.length);
      for (int n = at; n < Math.min(bad.length, at + 4096); n++) {
        bad[n] = (byte) random.nextInt();
      }
      Files.write(file(), bad);
      try {
        Map<String, String> entries = reread(TOY);
        int n = 1_000;
        for (Map.Entry<String, String> e : entries.entrySet()) {
          assertEquals("order/" + n++ + "=" + "x".repeat(300), e.toString());
        }
      } catch (JournalException e) {
        assertTrue(e.getMessage().contains(file().toString()), e.getMessage());
        named++;
      }
    }
    assertTrue(named > 0, "none was named");
  }

  @Test
  void a_full_disk_is_named_and_what_was_kept_before_stays() throws IOException {
    Journal.at(file()).close();
    SplittableRandom random = new SplittableRandom(3);
    Map<String, String> expected = new TreeMap<>();
    Journal journal = new FileJournal("disk:" + file());
    Journal.Part part = journal.open(TOY);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      // Some of the writes of a batch succeed, or none.
      Disk.room = random.nextInt(3) == 0 ? random.nextInt(20_000) : Long.MAX_VALUE;
      Map<String, @Nullable String> changes = change("a" + i % 7, "" + i);
      changes.put("b" + i % 7, "" + i);
      try {
        part.keep(changes);
        changes.forEach(expected::put);
      } catch (JournalException e) {
        assertTrue(e.getMessage().contains("is the disk full?"), e.getMessage());
        refused++;
        Disk.room = Long.MAX_VALUE;
        part.keep(changes);
        changes.forEach(expected::put);
      }
      assertEquals(expected, part.entries());
    }
    journal.close();
    assertTrue(refused > 20, refused + " refused");
    assertEquals(expected, reread(TOY));
  }

  @Test
  void a_file_stays_small_however_much_is_kept_and_let_go() throws IOException {
    try (Journal journal = Journal.at(file())) {
      Journal.Part part = journal.open(TOY);
      for (int i = 0; i < 2_000; i++) {
        Map<String, @Nullable String> changes = change("order/" + i, "x".repeat(300));
        changes.put("order/" + (i - 50), null);
        part.keep(changes);
      }
    }
    try (Journal journal = Journal.at(file())) {
      assertEquals(50, journal.open(TOY).entries().size());
    }
    assertTrue(Files.size(file()) < 40_000_000, Files.size(file()) + " bytes");
  }

  @Test
  void closed_it_leaves_no_thread() {
    for (int i = 0; i < 20; i++) {
      Journal journal = Journal.at(file());
      journal.open(TOY).keep(change("a", "" + i));
      journal.close();
    }
    assertEquals(
        List.of(),
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.contains("MVStore") || name.contains("H2"))
            .toList());
  }

  @Test
  void without_the_library_it_says_what_to_add() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      if (!entry.contains("h2-mvstore")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader without =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      var at = without.loadClass(Journal.class.getName()).getMethod("at", Path.class);
      Throwable e =
          assertThrows(InvocationTargetException.class, () -> at.invoke(null, file())).getCause();
      assertEquals(IllegalStateException.class, e.getClass());
      assertTrue(e.getMessage().contains("<artifactId>h2-mvstore</artifactId>"), e.getMessage());
    }
  }

  private void assertNames(String what, org.junit.jupiter.api.function.Executable open) {
    JournalException e = assertThrows(JournalException.class, open);
    assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }

  /** A disk that may be full, or not ours to write. */
  public static final class Disk extends FilePathWrapper {
    static long room = Long.MAX_VALUE;
    static boolean readOnly;

    @Override
    public String getScheme() {
      return "disk";
    }

    @Override
    public boolean canWrite() {
      return !readOnly;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      return new Channel(super.open(mode));
    }
  }

  private static final class Channel extends FileBase {
    private final FileChannel file;

    Channel(FileChannel file) {
      this.file = file;
    }

    private void take(int bytes) throws IOException {
      if (Disk.room < bytes) {
        throw new IOException("No space left on device");
      }
      Disk.room -= bytes;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      take(bytes.remaining());
      return file.write(bytes);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      take(bytes.remaining());
      return file.write(bytes, position);
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
      return file.read(bytes);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
      return file.read(bytes, position);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      file.truncate(size);
      return this;
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }
  }
}
