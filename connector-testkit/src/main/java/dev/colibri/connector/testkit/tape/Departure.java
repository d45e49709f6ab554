package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.SpotVenue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
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

  /** The same venue, whose dialect tells of every request it signs. */
  static SpotVenue watched(SpotVenue venue, Consumer<Departure> out) {
    SpotVenue watched =
        SpotVenue.of(() -> watched(venue.dialect(), out), venue.credentials())
            .environment(venue.environment())
            .account(venue.account())
            .atStart(venue.atStart())
            .cancelAtClose(venue.cancelsAtClose());
    Duration silence = venue.cancelsOnSilence();
    watched = silence == null ? watched : watched.cancelOnSilence(silence);
    for (Map.Entry<String, URI> host : venue.hosts().entrySet()) {
      watched = watched.host(host.getKey(), host.getValue());
    }
    return venue.isPlainTextOnLoopback() ? watched.plainTextOnLoopback() : watched;
  }

  /** A proxy, so that the abilities of the dialect stay what they are. */
  private static SpotDialect watched(SpotDialect dialect, Consumer<Departure> out) {
    Set<Class<?>> abilities = new LinkedHashSet<>();
    for (Class<?> c = dialect.getClass(); c != null; c = c.getSuperclass()) {
      abilities.addAll(List.of(c.getInterfaces()));
    }
    return (SpotDialect)
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
