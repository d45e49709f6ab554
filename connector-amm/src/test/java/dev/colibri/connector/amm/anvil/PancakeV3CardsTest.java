package dev.colibri.connector.amm.anvil;

/** PancakeSwap V3 meets the cards about swaps, on its own pools and factory. */
class PancakeV3CardsTest extends AnvilCards {
  PancakeV3CardsTest() {
    super(MarketMaker.PANCAKE_V3);
  }
}
