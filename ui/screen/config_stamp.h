#pragma once
/* What tells whether a config file is still the one that was read. Any thread. */

/* Names the file at PATH as it is now; "" if there is none. The caller owns it. */
char *config_stamp(const char *path);
