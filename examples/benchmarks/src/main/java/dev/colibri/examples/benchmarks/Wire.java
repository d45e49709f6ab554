package dev.colibri.examples.benchmarks;

import dev.colibri.connector.io.InPlaceDraft;
import dev.colibri.connector.io.Transport;
import java.nio.ByteBuffer;
import org.java_websocket.exceptions.InvalidDataException;

/** What a socket read, on its way through the frame cutter to a runtime. */
final class Wire {
  private final InPlaceDraft draft;

  Wire(VenueScript script) {
    Transport.SocketListener listener = script.socket();
    draft = new InPlaceDraft(InPlaceDraft.MAX_MESSAGE, script::nanos, listener::received);
  }

  /** As one read of a socket; the same buffer may come again. */
  void deliver(ByteBuffer read) {
    try {
      draft.translateFrame(read.clear());
    } catch (InvalidDataException e) {
      throw new IllegalStateException(e);
    }
  }
}
