package dev.colibri.connector.spi;

/** An ability: The venue tells what an API key may do. */
public interface KeyPermissions {
  /** Whether the key may withdraw. Such keys are refused unless the user insists. */
  Call<Boolean> mayWithdraw();
}
