package dev.colibri.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connectors by name, among them some that are not made well. */
class ProvidersTest {
  @TempDir private Path jar;

  public static class Good implements SpotVenueProvider {
    @Override
    public String name() {
      return "good-spot";
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return SpotVenue.of(
          () -> {
            throw new IllegalStateException("is not asked for here");
          },
          credentials);
    }
  }

  public static final class Likewise extends Good {}

  public static final class Nameless extends Good {
    @Override
    public String name() {
      throw new IllegalStateException("not today");
    }
  }

  public static final class Hidden extends Good {
    private Hidden() {}
  }

  private String find(String name, String... providers) throws IOException {
    Path services = jar.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.writeString(
        services.resolve(SpotVenueProvider.class.getName()), String.join("\n", providers));
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
      thread.setContextClassLoader(loader);
      return Providers.find(name, null).getClass().getSimpleName();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private String refused(String name, String... providers) {
    return assertThrows(IllegalArgumentException.class, () -> find(name, providers)).getMessage();
  }

  private static String of(Class<?> type) {
    return type.getName();
  }

  @Test
  void who_cannot_be_loaded_keeps_nobody_from_the_others() throws IOException {
    assertEquals(
        "SpotVenue",
        find("good-spot", "no.such.Type", of(Hidden.class), of(Nameless.class), of(Good.class)));
  }

  @Test
  void where_there_is_none_of_a_name_it_is_said_what_there_is_and_what_is_wrong() {
    String message =
        refused("other-spot", "no.such.Type", of(Nameless.class), of(Hidden.class), of(Good.class));

    assertTrue(message.startsWith("no connector other-spot; there are [good-spot], "), message);
    assertTrue(message.contains("Provider no.such.Type not found"), message);
    assertTrue(message.contains("Nameless does not tell its name: "), message);
    assertTrue(message.contains("not today"), message);
    assertTrue(message.contains("Hidden"), message);
    assertTrue(
        message.endsWith("META-INF/services/dev.colibri.connector.spi.SpotVenueProvider"), message);
  }

  @Test
  void a_name_that_two_have_is_nobodys() {
    String message = refused("good-spot", of(Good.class), of(Likewise.class));

    assertTrue(message.startsWith("more than one connector is named good-spot: ["), message);
    assertTrue(message.contains("$Likewise"), message);
  }
}
