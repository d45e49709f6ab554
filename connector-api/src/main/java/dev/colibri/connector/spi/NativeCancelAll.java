package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import java.util.List;

/** An ability: The venue cancels every order of an instrument in one request. */
public interface NativeCancelAll {
  /**
   * Cancels every open order of the account on the instrument, ours or not. Orders that the reply
   * does not name stay as they are.
   */
  Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows);
}
