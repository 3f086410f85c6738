#pragma once
/*
 * The way to an account's server, step by step, for `curlew doctor`: dns, tcp, tls, login, folders. Every
 * failure in words, with what to do. Nothing is stored; no password is sent to a server that was not verified.
 * Blocking; any thread.
 */
#include <stdbool.h>

#include "backend/config.h"

typedef struct ProbeStep {
	const char *name;
	bool ok;
	const char *text;
	const char *code; /* of what failed, as in backend/error.h; NULL where nothing did */
	const char *help; /* what to do; may be NULL */
} ProbeStep;

/* STEP is borrowed for the call. */
typedef void (*ProbeOnStep)(const ProbeStep *step, void *data);

/* True if no step failed. It stops at the first that does. SECRET NULL: the login is left out. */
bool probe_run(
	const AccountConfig *account, const char *secret_or_null, ProbeOnStep on_step, void *data);
