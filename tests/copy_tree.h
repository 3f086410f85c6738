#pragma once
/*
 * Gives a test what another has made. Any thread.
 */

/* Copies what is in the directory FROM into TO, which is there; modes and times are kept. Aborts where it cannot. */
void copy_tree(const char *from, const char *to);
