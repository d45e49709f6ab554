/** A first strategy, the program that runs it, and nothing else. */
@NullMarked
package com.example.firstbot;

import org.jspecify.annotations.NullMarked;
