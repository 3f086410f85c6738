#pragma once
/*
 * What the user copies, given to the terminal (OSC 52), which puts it into the clipboard, also from a machine
 * far away. UI thread.
 */
#include "index/clean_text.h"

void clipboard_copy(const CleanText *text);
