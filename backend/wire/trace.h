#pragma once
/*
 * The protocol trace (--trace FILE): every line sent and received with its time, secrets masked by
 * what is being sent, not by pattern; bytes cleaned. The file is 0600. Any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Trace Trace;

Trace *trace_open(const char *path, GError **error);
void trace_close(Trace *trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trace, trace_close)

void trace_sent(Trace *trace, const char *bytes, size_t size); /* NULL trace does nothing */
void trace_received(Trace *trace, const char *bytes, size_t size);
void trace_note(Trace *trace, const char *sentence); /* "TLS 1.3 with mail.example.org" */
