#pragma once
/*
 * The blocks of the config that belong to the screen and the command line: ui, view, bind. Handed to
 * config_load, so that backend/ knows no option of ours. Constant data.
 */
#include "backend/config.h"

extern const ConfigTable config_ui_tables[]; /* ends with a NULL kind */
