package dev.colibri.connector;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connectors that {@link ServiceLoader} finds. One of them that cannot be loaded keeps nobody
 * from the others.
 */
final class Providers {
  /** So often may loading fail before the rest is given up. */
  private static final int MOST_BROKEN = 100;

  private final List<String> known = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private final List<String> makers = new ArrayList<>();
  private @Nullable Supplier<Venue<?>> found;

  private Providers() {}

  /**
   * The venue of that name.
   *
   * @throws IllegalArgumentException when there is none, or more than one
   */
  static Venue<?> find(String name, @Nullable Credentials credentials) {
    Providers all = new Providers();
    all.look(
        SpotVenueProvider.class,
        name,
        SpotVenueProvider::name,
        provider -> spot(provider, credentials));
    all.look(
        PerpVenueProvider.class,
        name,
        PerpVenueProvider::name,
        provider -> perp(provider, credentials));
    Supplier<Venue<?>> one = all.found;
    if (one == null) {
      throw new IllegalArgumentException(all.none(name));
    }
    if (all.makers.size() > 1) {
      throw new IllegalArgumentException(
          "more than one connector is named " + name + ": " + all.makers);
    }
    return one.get();
  }

  private static SpotVenue spot(SpotVenueProvider provider, @Nullable Credentials credentials) {
    return provider.venue(credentials);
  }

  private static PerpVenue perp(PerpVenueProvider provider, @Nullable Credentials credentials) {
    return provider.venue(credentials);
  }

  private <P> void look(
      Class<P> service, String wanted, Function<P, String> named, Function<P, Venue<?>> make) {
    Iterator<P> providers = ServiceLoader.load(service).iterator();
    while (broken.size() < MOST_BROKEN) {
      P provider;
      try {
        if (!providers.hasNext()) {
          return;
        }
        provider = providers.next();
      } catch (ServiceConfigurationError e) {
        broken.add(e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")"));
        continue;
      }
      String maker = provider.getClass().getName();
      try {
        String name = named.apply(provider);
        known.add(name);
        if (name.equals(wanted)) {
          makers.add(maker);
          found = () -> make.apply(provider);
        }
      } catch (RuntimeException | LinkageError e) {
        Throwable why = e.getCause() == null ? e : e.getCause();
        broken.add(maker + " does not tell its name: " + why);
      }
    }
  }

  private String none(String name) {
    return "no connector "
        + name
        + "; there are "
        + known
        + (broken.isEmpty() ? "" : ", and some that cannot be loaded: " + broken)
        + "; one is found when its jar is on the class path, and names the provider in"
        + " META-INF/services/"
        + (name.endsWith("-perp") ? PerpVenueProvider.class : SpotVenueProvider.class).getName();
  }
}
