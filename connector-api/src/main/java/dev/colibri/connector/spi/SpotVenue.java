package dev.colibri.connector.spi;

import dev.colibri.connector.text.Credentials;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a spot connector is opened from. */
public final class SpotVenue extends Venue<SpotVenue> {
  private final Function<SpotVenue, SpotDialect> dialect;

  private SpotVenue(Function<SpotVenue, SpotDialect> dialect, @Nullable Credentials credentials) {
    super(credentials);
    this.dialect = dialect;
  }

  /**
   * A venue.
   *
   * @param dialect makes a fresh dialect for every connector
   * @param credentials the account's keys; null for public data only
   */
  public static SpotVenue of(Supplier<SpotDialect> dialect, @Nullable Credentials credentials) {
    Objects.requireNonNull(dialect);
    return new SpotVenue(venue -> dialect.get(), credentials);
  }

  /**
   * A venue that speaks differently in some of its environments.
   *
   * @param dialect makes a fresh dialect for every connector, of the environment's name
   * @param credentials the account's keys; null for public data only
   */
  public static SpotVenue byEnvironment(
      Function<String, SpotDialect> dialect, @Nullable Credentials credentials) {
    Objects.requireNonNull(dialect);
    return new SpotVenue(venue -> dialect.apply(venue.environment()), credentials);
  }

  /**
   * A venue that tells accounts more than the public.
   *
   * @param dialect makes a fresh dialect for every connector, by whether that one has keys
   * @param credentials the account's keys; null for public data only
   */
  public static SpotVenue byKeys(
      Function<Boolean, SpotDialect> dialect, @Nullable Credentials credentials) {
    Objects.requireNonNull(dialect);
    return new SpotVenue(venue -> dialect.apply(venue.credentials() != null), credentials);
  }

  @Override
  SpotVenue fresh(@Nullable Credentials credentials) {
    return new SpotVenue(dialect, credentials);
  }

  @Override
  public SpotDialect dialect() {
    return dialect.apply(this);
  }
}
