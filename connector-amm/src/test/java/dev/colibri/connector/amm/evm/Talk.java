package dev.colibri.connector.amm.evm;

import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Dialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Performs calls as the engine does, at once and without its waits: a question that gets no answer
 * is asked four times, and what was sent once is never sent again.
 */
public final class Talk {
  private static final int ATTEMPTS = 4;

  /** What answers; null for nothing. */
  public interface Wire {
    @Nullable Reply ask(String part, String body);
  }

  /** What a call ended with: a value, a fault, or neither where nothing is known. */
  public record End<T>(@Nullable T value, @Nullable Fault fault, boolean unknown) {
    /** The value of a call that has one. */
    public T get() {
      if (value == null) {
        throw new AssertionError("no answer, but " + (unknown ? "nothing" : fault));
      }
      return value;
    }
  }

  private final Dialect dialect;
  private final Wire wire;

  /** Where each request went, in order, as in {@code node0 eth_call}. */
  public final List<String> asked = new ArrayList<>();

  /** What a signing context tells as the time. */
  public long millis = 1_700_000_000_000L;

  public Talk(Dialect dialect, Wire wire) {
    this.dialect = dialect;
    this.wire = wire;
  }

  /** An HTTP reply. */
  public static Reply reply(int status, String body) {
    return new Reply(status, new java.util.TreeMap<>(), body.getBytes(StandardCharsets.UTF_8));
  }

  public <T> T value(Call<T> call) {
    return end(call).get();
  }

  public <T> Fault fault(Call<T> call) {
    Fault fault = end(call).fault();
    if (fault == null) {
      throw new AssertionError("no fault");
    }
    return fault;
  }

  @SuppressWarnings("unchecked")
  public <T> End<T> end(Call<T> call) {
    if (call instanceof Call.Done<T> c) {
      return new End<>(c.value(), null, false);
    } else if (call instanceof Call.Failed<T> c) {
      return new End<>(null, c.fault(), false);
    } else if (call instanceof Call.After<T> c) {
      return end(c.call());
    } else if (call instanceof Call.Otherwise<T> c) {
      End<T> first = end(c.first());
      Call<T> other = first.fault() == null ? null : c.rescue().apply(first.fault());
      return other == null ? first : end(other);
    } else if (call instanceof Call.Ask<T> c) {
      return ask(c.request(), c.reader());
    }
    Call.Then<Object, T> then = (Call.Then<Object, T>) call;
    End<Object> first = end(then.first());
    return first.value() == null
        ? new End<>(null, first.fault(), first.unknown())
        : end(then.next().apply(first.value()));
  }

  private <T> End<T> ask(Request request, Function<Reply, T> reader) {
    for (int i = 0; i < (request.isMutation() ? 1 : ATTEMPTS); i++) {
      Signed signed = dialect.depart(request, new Context());
      String body = new String(signed.body(), StandardCharsets.UTF_8);
      asked.add(signed.request().part() + " " + request.param("method"));
      Reply reply = wire.ask(signed.request().part(), body);
      if (reply == null) {
        continue;
      }
      Fault fault = dialect.fault(request, reply);
      if (fault == null) {
        return new End<>(reader.apply(reply), null, false);
      }
      if (fault.kind() != Fault.Kind.OUTCOME_UNKNOWN) {
        return new End<>(null, fault, false);
      }
    }
    return new End<>(null, null, true);
  }

  private final class Context implements SigningContext {
    @Override
    public long millis() {
      return millis;
    }

    @Override
    public long nonce() {
      return 0;
    }

    @Override
    public long requestId() {
      return 1;
    }

    @Override
    public long random() {
      return 1;
    }

    @Override
    public Credentials credentials() {
      throw new IllegalStateException("none");
    }
  }
}
