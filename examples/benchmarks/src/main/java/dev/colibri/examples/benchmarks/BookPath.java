package dev.colibri.examples.benchmarks;

import java.util.List;

/**
 * Somebody's way from the bytes of a depth message to a book whose best bid and ask are read. One
 * thread.
 */
interface BookPath extends AutoCloseable {

  /** Its messages, in the layout it reads. */
  DepthTape.Reel reel();

  /**
   * Reads a message.
   *
   * @param i which of this round
   * @return something that depends on the best bid and the best ask after it
   */
  long apply(int i) throws Exception;

  /** The best levels, bids first, each as {@code price:size} without trailing zeros. */
  List<String> best(int levels);

  @Override
  default void close() {}

  /** Who there is. */
  enum Kind {
    /** Ours, all of it. */
    COLIBRI {
      @Override
      BookPath open(DepthTape tape) {
        return new ColibriBook(tape);
      }
    },
    /** XChange, from the text of a frame on. */
    XCHANGE {
      @Override
      BookPath open(DepthTape tape) {
        return new XChangeBook(tape);
      }
    },
    /** What many write themselves. */
    DATABIND {
      @Override
      BookPath open(DepthTape tape) {
        return new DatabindBook(tape);
      }
    },
    /** No book, only its numbers. */
    FLOOR {
      @Override
      BookPath open(DepthTape tape) {
        return new ParseFloor(tape);
      }
    };

    /** Loads the book as it is before the first message. */
    abstract BookPath open(DepthTape tape);
  }
}
