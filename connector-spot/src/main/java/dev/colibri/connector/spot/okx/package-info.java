/** OKX spot. */
@NullMarked
package dev.colibri.connector.spot.okx;

import org.jspecify.annotations.NullMarked;
