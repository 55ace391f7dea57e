
# Ids are those of the dataset, so that the program is asked first. Several are shown with what
# they are; one alone is put into the command line.
_imm__cluster_ids() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == "${COMP_WORDS[COMP_CWORD]}"* ]]; then
            COMPREPLY+=("${line/$'\t'/  }")
        fi
    done < <("${COMP_WORDS[0]}" completions bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 0 ]]; then
        _imm__cluster "$@"
    elif [[ ${#COMPREPLY[@]} -eq 1 || ! $COMP_TYPE =~ ^(9|33|63|64)$ ]]; then
        # What is put into the command line: ids alone.
        COMPREPLY=("${COMPREPLY[@]%% *}")
    fi
}
