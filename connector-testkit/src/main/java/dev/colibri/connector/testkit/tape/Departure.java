package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.spi.BookDialect;
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

  /** The same venue, whose dialect tells of every request it signs. */
  static Venue<?> watched(Venue<?> venue, Consumer<Departure> out) {
    if (venue instanceof SpotVenue spot) {
      return likewise(
          venue,
          SpotVenue.of(() -> (SpotDialect) watched(spot.dialect(), out), venue.credentials()));
    }
    PerpVenue perp = (PerpVenue) venue;
    PerpVenue watched =
        PerpVenue.of(v -> (PerpDialect) watched(perp.dialect(), out), venue.credentials())
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
  private static BookDialect watched(BookDialect dialect, Consumer<Departure> out) {
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
                throw e.getCause();
              }
              if (method.getName().equals("depart")
                  && arguments[1] instanceof SigningContext
                  && value instanceof dev.colibri.connector.spi.Signed signed) {
                out.accept(new Departure(signed.request(), signed.identity()));
              }
              return value;
            });
  }
}
