package com.example.firstbot;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.text.Credentials;
import java.util.List;
import java.util.Map;

/** Runs the strategy on paper, or with {@code --testnet} and keys on Binance's test network. */
public final class FirstBot {
  private FirstBot() {}

  public static void main(String[] args) {
    boolean testnet = List.of(args).contains("--testnet");
    try (var colibri = testnet ? Colibri.live() : Colibri.paper(Map.of("USDT", "1000"))) {
      var venue =
          testnet ? Binance.spot(Credentials.fromEnv("BINANCE")).testnet() : Binance.spot();
      var bot = new JoinTheBid(colibri, venue);
      bot.connector.orders().listen(event -> System.out.println(event));
      colibri.awaitShutdown();
    }
  }
}
