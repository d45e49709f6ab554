package dev.colibri.connector.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * A journal in one file of H2's MVStore, with a map for every connector. The one class that sees
 * the library.
 *
 * <p>Every batch is a commit, which is handed to the operating system before it returns. A store
 * that failed to write is given up and opened anew at the next attempt: it then holds what was
 * committed before, and nothing of what failed that could be half of a batch.
 */
final class FileJournal implements Journal {
  private static final String DAMAGED =
      ": it is damaged. Put a copy of it in its place, or begin with another file: then only what"
          + " the venue still lists as open is found";

  private static final String ABOUT = "about";
  private static final String FORMAT = "format";
  private static final String VERSION = "1";

  /** For how long space that became free is not written over, so that an old state may be found. */
  private static final int RETENTION_MILLIS = 1_000;

  private static final int PAGE_BYTES = 4096;
  private static final int CACHE_MEGABYTES = 4;

  private final String file;
  private final Map<String, FilePart> parts = new LinkedHashMap<>();
  private @Nullable MVStore store;
  private boolean closed;

  /**
   * Opens a file that is a journal.
   *
   * @param file its name as the library takes it
   */
  FileJournal(String file) {
    this.file = file;
    store();
  }

  static Journal at(Path path) {
    Path file = path.toAbsolutePath();
    try {
      if (!Files.exists(file)) {
        create(file);
      } else if (Files.size(file) == 0) {
        // The library would take it for a new one.
        throw new JournalException("journal " + file + " is empty" + DAMAGED);
      }
    } catch (IOException e) {
      throw new JournalException("journal " + file + " cannot be made: " + e, e);
    }
    return new FileJournal(file.toString());
  }

  /** Under another name first: a file of the right name is whole, or damaged since. */
  private static void create(Path file) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try {
      MVStore store = builder(fresh.toString()).open();
      store.<String, String>openMap(ABOUT).put(FORMAT, VERSION);
      store.commit();
      store.sync();
      store.close();
    } catch (MVStoreException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    // Fails where another process was faster.
    Files.move(fresh, file);
  }

  private static MVStore.Builder builder(String name) {
    return new MVStore.Builder()
        .fileName(name)
        .autoCommitDisabled()
        .pageSplitSize(PAGE_BYTES)
        .cacheSize(CACHE_MEGABYTES);
  }

  private synchronized MVStore store() {
    if (closed) {
      throw new JournalException(this + " is closed");
    }
    MVStore open = store;
    if (open == null) {
      open = opened();
      store = open;
    }
    return open;
  }

  private MVStore opened() {
    MVStore open = null;
    try {
      open = builder(file).open();
      open.setRetentionTime(RETENTION_MILLIS);
      if (open.isReadOnly()) {
        throw new JournalException(this + " cannot be written: check its owner and permissions");
      }
      String version = open.hasMap(ABOUT) ? open.<String, String>openMap(ABOUT).get(FORMAT) : null;
      if (!VERSION.equals(version)) {
        throw new JournalException(this + " is no journal, or one of another version: " + version);
      }
      return open;
    } catch (RuntimeException e) {
      if (open != null) {
        open.closeImmediately();
      }
      throw e instanceof JournalException j ? j : new JournalException(this + why(e), e);
    }
  }

  private static String why(RuntimeException e) {
    return switch (e instanceof MVStoreException m ? m.getErrorCode() : 0) {
      case DataUtils.ERROR_FILE_LOCKED ->
          " is open in another process, or twice in this one: each needs a file of its own";
      case DataUtils.ERROR_WRITING_FAILED ->
          " cannot be written: is the disk full? (" + e.getMessage() + ")";
      case DataUtils.ERROR_UNSUPPORTED_FORMAT ->
          " was written by another version of H2 (" + e.getMessage() + ")";
      default -> " cannot be read" + DAMAGED + " (" + e.getMessage() + ")";
    };
  }

  // ---------------------------------------------------------------- parts

  @Override
  public synchronized Part open(String connector) {
    if (parts.containsKey(connector)) {
      throw new JournalException(
          this
              + " has "
              + connector
              + " open already: connectors of one venue and environment need labels, as in"
              + " account(\"mm-2\")");
    }
    store();
    FilePart part = new FilePart(connector);
    parts.put(connector, part);
    return part;
  }

  private static MVMap<String, String> map(MVStore store, String connector) {
    return store.openMap("connector " + connector);
  }

  private synchronized Map<String, String> entries(String connector) {
    try {
      return new TreeMap<>(map(store(), connector));
    } catch (MVStoreException e) {
      giveUp();
      throw new JournalException(this + why(e), e);
    }
  }

  private synchronized void keep(String connector, Map<String, @Nullable String> changes) {
    MVStore open = store();
    try {
      MVMap<String, String> map = map(open, connector);
      changes.forEach(
          (key, text) -> {
            if (text == null) {
              map.remove(key);
            } else {
              map.put(key, text);
            }
          });
      open.commit();
    } catch (RuntimeException e) {
      giveUp();
      throw new JournalException(this + why(e), e);
    }
  }

  /** What is not committed is not kept. */
  private void giveUp() {
    MVStore open = store;
    store = null;
    if (open != null) {
      open.closeImmediately();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    parts.clear();
    MVStore open = store;
    store = null;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (MVStoreException e) {
      // Everything that was kept was committed before.
      open.closeImmediately();
    }
  }

  private synchronized void close(FilePart part) {
    parts.remove(part.connector, part);
  }

  private synchronized void requireOpen(FilePart part) {
    if (parts.get(part.connector) != part) {
      throw new JournalException(part + " is closed");
    }
  }

  @Override
  public String toString() {
    return "journal " + file;
  }

  private final class FilePart implements Part {
    private final String connector;

    FilePart(String connector) {
      this.connector = connector;
    }

    @Override
    public Map<String, String> entries() {
      requireOpen(this);
      return FileJournal.this.entries(connector);
    }

    @Override
    public void keep(Map<String, @Nullable String> changes) {
      requireOpen(this);
      FileJournal.this.keep(connector, changes);
    }

    @Override
    public void close() {
      FileJournal.this.close(this);
    }

    @Override
    public String toString() {
      return FileJournal.this + " of " + connector;
    }
  }
}
