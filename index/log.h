#pragma once
/*
 * The log: curlew.log in the state directory (≤ 10 MB, one older file kept), fed by g_debug, g_info,
 * g_warning. Every line is cleaned before it is written. Never holds message text or secrets.
 */
#include <glib.h>
#include <stdbool.h>

/*
 * Sends all g_log output of this process to the file at PATH (NULL: to stderr, cleaned), each line with
 * time, process name and id. Call once, before threads start. Lines from any thread afterwards.
 */
bool log_open(const char *path, const char *process, GError **error);
void log_close(void);
