package dev.colibri.connector.amm.anvil;

/** PancakeSwap V2 meets the cards, on its own pools and factory. */
class PancakeV2CardsTest extends AnvilCards {
  PancakeV2CardsTest() {
    super(MarketMaker.PANCAKE_V2);
  }
}
