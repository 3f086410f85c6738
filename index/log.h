#pragma once
/*
 * The log: curlew.log in the state directory (≤ 10 MB, the one before kept as .1), fed by g_debug, g_info,
 * g_warning. Every line is cleaned before it is written. Never holds message text or secrets. Several
 * processes may write to one file. The file takes all but debug lines, stderr warnings; G_MESSAGES_DEBUG
 * (names of log domains, or "all") asks for the rest.
 */
#include <glib.h>
#include <stdbool.h>

/*
 * Sends all g_log output of this process to the file at PATH (NULL: to stderr, cleaned), each line with
 * time, process name and id. The directory must be there. Call before threads start; lines from any
 * thread afterwards. A second call changes the place.
 */
bool log_open(const char *path, const char *process, GError **error);
void log_close(void); /* later lines go to stderr */
