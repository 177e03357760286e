#include "sim/report/embedded.hpp"

// The assembler copies the files in; CMake makes this unit depend on them.
#define PAGE_FILE(name) ".incbin \"" ROWFLOW_PAGE_FOLDER "/" name "\"\n"
#define BEGIN(symbol) ".global " #symbol "_begin\n" #symbol "_begin:\n"
#define END(symbol) ".global " #symbol "_end\n" #symbol "_end:\n.byte 0\n"

// clang-format off
asm(".pushsection .rodata\n"
    BEGIN(rowflow_page_template) PAGE_FILE("page.mustache") END(rowflow_page_template)
    BEGIN(rowflow_page_style) PAGE_FILE("page.css") END(rowflow_page_style)
    BEGIN(rowflow_page_script)
    PAGE_FILE("1_base.js") PAGE_FILE("2_theme.js") PAGE_FILE("2_head.js") PAGE_FILE("2b_compare.js") PAGE_FILE("3_pipeline.js")
    PAGE_FILE("3b_levers.js") PAGE_FILE("4_floor.js") PAGE_FILE("4_contexts.js") PAGE_FILE("5_flight.js") PAGE_FILE("6_occupancy.js")
    PAGE_FILE("7_stalls.js") PAGE_FILE("8_tables.js") PAGE_FILE("9_main.js")
    END(rowflow_page_script)
    BEGIN(rowflow_sweep_template) PAGE_FILE("sweep.mustache") END(rowflow_sweep_template)
    BEGIN(rowflow_sweep_script) PAGE_FILE("1_base.js") PAGE_FILE("2_theme.js") PAGE_FILE("8_tables.js") PAGE_FILE("sweep.js") END(rowflow_sweep_script)
    BEGIN(rowflow_echarts)
#ifdef ROWFLOW_ECHARTS
    ".incbin \"" ROWFLOW_ECHARTS "\"\n"
#endif
    END(rowflow_echarts)
    ".popsection\n");
// clang-format on

extern "C" {
extern const char rowflow_page_template_begin[], rowflow_page_template_end[];
extern const char rowflow_page_style_begin[], rowflow_page_style_end[];
extern const char rowflow_page_script_begin[], rowflow_page_script_end[];
extern const char rowflow_sweep_template_begin[], rowflow_sweep_template_end[];
extern const char rowflow_sweep_script_begin[], rowflow_sweep_script_end[];
extern const char rowflow_echarts_begin[], rowflow_echarts_end[];
}

namespace rowflow {

namespace {
std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }
}  // namespace

std::string_view page_template() { return between(rowflow_page_template_begin, rowflow_page_template_end); }
std::string_view page_style() { return between(rowflow_page_style_begin, rowflow_page_style_end); }
std::string_view page_script() { return between(rowflow_page_script_begin, rowflow_page_script_end); }
std::string_view sweep_template() { return between(rowflow_sweep_template_begin, rowflow_sweep_template_end); }
std::string_view sweep_script() { return between(rowflow_sweep_script_begin, rowflow_sweep_script_end); }
std::string_view echarts_script() { return between(rowflow_echarts_begin, rowflow_echarts_end); }

}  // namespace rowflow
