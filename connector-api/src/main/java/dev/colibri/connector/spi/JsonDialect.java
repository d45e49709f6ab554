package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.text.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What dialects share that answer in JSON. It keeps the instruments that were read last, for
 * replies about many of them.
 */
public abstract class JsonDialect implements BookDialect {
  private final Profile profile;
  private final List<Limit> limits;
  private final Refusals refusals;

  /** The instruments that were read last: {@link Symbols#learn} them. */
  protected final Symbols symbols = new Symbols();

  /** A dialect of a venue. */
  protected JsonDialect(Profile profile, Limits limits, Refusals refusals) {
    this.profile = profile;
    this.limits = limits.all();
    this.refusals = refusals;
  }

  @Override
  public final Profile profile() {
    return profile;
  }

  @Override
  public final List<Limit> limits() {
    return limits;
  }

  /** By {@link #told}, and by the status; replaced where errors may be no JSON. */
  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    return refusals.judge(request, reply, json -> told(request, reply.status(), json));
  }

  /** The instrument where it is one; null for none or several, which are asked for together. */
  protected static @Nullable Instrument only(List<Instrument> instruments) {
    return instruments.size() == 1 ? instruments.get(0) : null;
  }

  /**
   * The error that an answer tells; null when it is none. Asked about answers of every status; what
   * it does not name is named by the status.
   */
  protected abstract @Nullable Fault told(Request request, int status, Json answer);
}
