#pragma once
/*
 * The blocks of the config that belong to the screen and the command line: ui, view, bind. Handed to
 * config_load, so that backend/ knows no option of ours. Constant data.
 */
#include "backend/config.h"

extern const ConfigTable config_ui_tables[]; /* ends with a NULL kind */

/* An option of the ui block, or its default; CONFIG may be NULL. The text belongs to CONFIG or is constant. */
const char *config_ui_text(const Config *config, const char *key);
int64_t config_ui_seconds(const Config *config, const char *key); /* < 0: never */
bool config_ui_truth(const Config *config, const char *key);
