package dev.colibri.connector;

import dev.colibri.connector.engine.Limiter;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.SpotVenue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A live line to one account of one spot venue, or to its public data. */
public final class SpotConnector extends BookConnector {
  private final Stage<SpotConnector> startStage;

  SpotConnector(
      Colibri colibri,
      SpotVenue venue,
      BookDialect dialect,
      Limiter limiter,
      Journal.@Nullable Part journal) {
    super(colibri, venue, dialect, limiter, journal);
    startStage = new Stage<>(host());
  }

  @Override
  public CompletableFuture<SpotConnector> start() {
    beginStart();
    return startStage;
  }

  @Override
  Stage<SpotConnector> startStage() {
    return startStage;
  }

  @Override
  void started() {
    startStage.succeed(this);
  }
}
