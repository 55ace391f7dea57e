    # Ids are those of the dataset, so that the program is asked first.
    local -a known
    known=("${(@f)$("${words[1]}" completions zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${known[1]}" ]]; then
        known=("${(@)known/$'\t'/:}")
        _describe -V 'ID' known
        return
    fi
