#pragma once
/*
 * The screen, from start to end. Called by main, once; takes the terminal over and gives it back.
 */
#include "backend/config.h"

/*
 * Shows the screen until the user quits; returns the exit code: 0, or 2 where this is no terminal that
 * can show it (a sentence is on stderr). CONFIG may be NULL (there is none yet); CONFIG_PATH: where it is
 * or would be. ACCOUNT: only this one, or NULL. VIEW: "inbox", "unread", "flagged", "ACCOUNT/FOLDER",
 * the name of a view of the config, or a query; NULL: all inboxes.
 */
int screen_run(
	const Config *config, const char *config_path, const char *account, const char *view);
