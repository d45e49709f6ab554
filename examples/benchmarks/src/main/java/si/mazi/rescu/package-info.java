/** One door into RescU, for the comparison of signed requests; nothing else belongs here. */
@NullMarked
package si.mazi.rescu;

import org.jspecify.annotations.NullMarked;
