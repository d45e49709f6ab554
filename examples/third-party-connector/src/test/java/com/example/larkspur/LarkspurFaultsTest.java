package com.example.larkspur;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.tape.TapesUnderFaults;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Every tape again, while frames come twice or late, replies are lost and connections end. */
class LarkspurFaultsTest {
  @Test
  void whatever_goes_wrong_nothing_unlawful_is_told() throws IOException {
    String said =
        TapesUnderFaults.play(
            Larkspur.spot(Credentials.of("a-key", "a secret")),
            Path.of("src", "test", "tapes", "larkspur-spot"),
            1,
            Long.getLong("sim.seeds", 2));

    assertTrue(said.contains("violations=0"), said);
  }
}
