package dev.colibri.connector.amm.anvil;

/** Uniswap V2 meets the cards, on its own contracts. */
class UniswapV2CardsTest extends AnvilCards {
  UniswapV2CardsTest() {
    super(MarketMaker.UNISWAP_V2);
  }
}
