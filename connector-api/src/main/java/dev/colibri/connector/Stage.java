package dev.colibri.connector;

import dev.colibri.connector.io.Host;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A future that refuses to be waited for on the strategy thread, which would have to complete it.
 * Its dependents run on the strategy thread.
 */
final class Stage<T> extends CompletableFuture<T> {
  private final Host host;

  Stage(Host host) {
    this.host = host;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new Stage<>(host);
  }

  private void beforeWaiting() {
    if (!isDone() && host.onStrategyThread()) {
      throw new IllegalStateException(
          "waiting on the strategy thread would wait for itself; go on with thenAccept(…) instead");
    }
    host.awaited(this);
  }

  @Override
  public T join() {
    beforeWaiting();
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    beforeWaiting();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    beforeWaiting();
    return super.get(timeout, unit);
  }

  /** Completes it on the strategy thread. */
  void succeed(T value) {
    host.strategy(() -> complete(value));
  }

  /** Completes it on the strategy thread. */
  void fail(Throwable error) {
    host.strategy(() -> completeExceptionally(error));
  }
}
