#pragma once
/*
 * A stub: the file that stands for a message of which only the header was fetched, so that the index, and any other
 * mail program, lists and finds it. Its own header, but for what describes a body that is not there. Pure; any
 * thread.
 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* HEADER: as BODY[HEADER] came, LENGTH bytes. SIZE: of the whole message, bytes. The caller owns the result. */
GString *stub_build(const char *header, size_t length, int64_t size);
