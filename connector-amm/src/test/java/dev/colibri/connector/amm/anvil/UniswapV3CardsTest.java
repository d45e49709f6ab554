package dev.colibri.connector.amm.anvil;

/** Uniswap V3 meets the cards, on its own contracts. */
class UniswapV3CardsTest extends AnvilCards {
  UniswapV3CardsTest() {
    super(MarketMaker.UNISWAP_V3);
  }
}
