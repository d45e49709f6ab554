package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.BaseUri;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that was signed to leave.
 *
 * @param request before it was signed
 * @param identity what the venue will know it by, as a client order id; null where there is none
 */
public record Departure(Request request, @Nullable String identity) {

  /** Whether it places orders, or changes one. */
  public boolean places() {
    return request.isMutation() && request.urgency() == Request.Urgency.ORDER;
  }

  /** Whether it takes an order away. */
  public boolean cancels() {
    return request.isMutation() && request.urgency() == Request.Urgency.CANCEL;
  }

  /** Whether it arms or disarms a dead man's switch. */
  public boolean switches() {
    return request.isMutation() && request.urgency() == Request.Urgency.TRUTH;
  }

  /** Whether it changes how the account is set, or moves its funds. */
  public boolean sets() {
    return request.isMutation() && request.urgency() == Request.Urgency.QUERY;
  }

  /** The same venue, whose dialect tells of every request it signs, and of what it throws. */
  static Venue<?> watched(
      Venue<?> venue, Consumer<Departure> out, Consumer<RuntimeException> thrown) {
    if (venue instanceof SpotVenue spot) {
      return likewise(
          venue,
          SpotVenue.byKeys(
              keys -> {
                SpotVenue opened = keys ? spot : spot.withoutCredentials();
                return (SpotDialect) watched(opened.dialect(), out, thrown);
              },
              venue.credentials()));
    }
    PerpVenue perp = (PerpVenue) venue;
    PerpVenue watched =
        PerpVenue.of(
                v -> {
                  PerpVenue opened = v.credentials() == null ? perp.withoutCredentials() : perp;
                  return (PerpDialect) watched(opened.dialect(), out, thrown);
                },
                venue.credentials())
            .marginMode(perp.marginMode());
    PositionMode mode = perp.positionMode();
    watched = mode == null ? watched : watched.positionMode(mode, perp.ifOpen());
    return likewise(venue, perp.areTransfersAllowed() ? watched.allowTransfers() : watched);
  }

  /** With everything said that is said of the other, as far as tapes are about it. */
  private static <V extends Venue<V>> V likewise(Venue<?> venue, V fresh) {
    V watched =
        fresh
            .environment(venue.environment())
            .account(venue.account())
            .atStart(venue.atStart())
            .cancelAtClose(venue.cancelsAtClose());
    Duration silence = venue.cancelsOnSilence();
    watched = silence == null ? watched : watched.cancelOnSilence(silence);
    for (Map.Entry<String, BaseUri> host : venue.hosts().entrySet()) {
      watched = watched.host(host.getKey(), host.getValue().reveal());
    }
    watched = venue.isWithdrawingKeyAllowed() ? watched.allowWithdrawingKey() : watched;
    return venue.isPlainTextOnLoopback() ? watched.plainTextOnLoopback() : watched;
  }

  /** A proxy, so that the abilities of the dialect stay what they are. */
  private static BookDialect watched(
      BookDialect dialect, Consumer<Departure> out, Consumer<RuntimeException> thrown) {
    Set<Class<?>> abilities = new LinkedHashSet<>();
    for (Class<?> c = dialect.getClass(); c != null; c = c.getSuperclass()) {
      abilities.addAll(List.of(c.getInterfaces()));
    }
    return (BookDialect)
        Proxy.newProxyInstance(
            dialect.getClass().getClassLoader(),
            abilities.toArray(new Class<?>[0]),
            (proxy, method, arguments) -> {
              Object value;
              try {
                value = method.invoke(dialect, arguments);
              } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException problem) {
                  thrown.accept(problem);
                }
                throw e.getCause();
              }
              if (method.getName().equals("depart")
                  && arguments[1] instanceof SigningContext
                  && value instanceof dev.colibri.connector.spi.Signed signed) {
                out.accept(new Departure(signed.request(), signed.identity()));
              }
              return value instanceof Call<?> call ? watched(call, thrown) : value;
            });
  }

  /** The same call, whose readers tell what they throw. */
  private static <T> Call<T> watched(Call<T> call, Consumer<RuntimeException> thrown) {
    if (call instanceof Call.Ask<T> ask) {
      return new Call.Ask<>(ask.request(), watched(ask.reader(), thrown));
    } else if (call instanceof Call.After<T> after) {
      return new Call.After<>(after.delay(), watched(after.call(), thrown));
    } else if (call instanceof Call.Otherwise<T> other) {
      return new Call.Otherwise<>(
          watched(other.first(), thrown),
          fault -> {
            Call<T> rescue = watched(other.rescue(), thrown).apply(fault);
            return rescue == null ? null : watched(rescue, thrown);
          });
    }
    return call instanceof Call.Then<?, T> then ? watched(then, thrown) : call;
  }

  private static <A, T> Call<T> watched(Call.Then<A, T> then, Consumer<RuntimeException> thrown) {
    return new Call.Then<>(
        watched(then.first(), thrown),
        answer -> watched(watched(then.next(), thrown).apply(answer), thrown));
  }

  private static <A, T> Function<A, T> watched(
      Function<A, T> reader, Consumer<RuntimeException> thrown) {
    return read -> {
      try {
        return reader.apply(read);
      } catch (RuntimeException e) {
        thrown.accept(e);
        throw e;
      }
    };
  }
}
