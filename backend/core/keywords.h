#pragma once
/*
 * Which tags are keywords on a server (RFC 9051 §2.3.2): all that may be written as one, but for those that the index
 * or other programs make by themselves and that mean nothing elsewhere. Pure. Any thread.
 */
#include <stdbool.h>

bool keyword_is_shared(const char *tag);
