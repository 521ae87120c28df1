# frozen_string_literal: true

require 'fileutils'
require 'json'
require_relative 'names'

module PlenaryPush
  # What waits, as files.
  class Queue
    FIRST_WAIT_S = 60
    LONGEST_WAIT_S = 6 * 60 * 60
    NAME = /\A(?<id>#{RECORD_ID})\.(?<what>raw|published)\z/.freeze

    Entry = Struct.new(:name, :id, :what, :state) do
      def asked
        state['asked'] || 0
      end

      def tries
        state['tries'] || 0
      end

      # A clock that was set back must not make an entry wait for ever.
      def due?(now)
        due_at = state['next'] || 0
        due_at <= now || due_at > now + LONGEST_WAIT_S
      end
    end

    # How long after the attempt of that number the next one comes.
    def self.wait_s(tries)
      [FIRST_WAIT_S * (2**[tries - 1, 20].min), LONGEST_WAIT_S].min
    end

    def initialize(folder)
      @folder = folder
      @taken = File.join(folder, 'taken')
    end

    # A hook asks: one file, whole, and for a repeat the same one.
    def ask(id, what, format)
      state = { 'asked' => Time.now.to_i, 'format' => format }.compact
      PlenaryPush.replace(@folder, "#{id}.#{what}", JSON.generate(state))
    end

    # Whether something was asked for that nobody has taken.
    def asked?
      !names(@folder).empty?
    end

    # Runs the block alone, and says whether it ran: nil where another works on this queue.
    def alone
      File.open(File.join(@folder, '.lock'), File::RDWR | File::CREAT, 0o640) do |lock|
        next unless lock.flock(File::LOCK_EX | File::LOCK_NB)

        FileUtils.mkdir_p(@taken, mode: 0o750)
        yield
        true
      end
    end

    # Takes over what was asked for. A repeat replaces what was tried before, so it is due at once.
    def take
      names(@folder).each do |name|
        File.rename(File.join(@folder, name), File.join(@taken, name))
      end
    end

    def entries
      [@folder, @taken].flat_map { |folder| names(folder).map { |name| entry(folder, name) } }
    end

    def keep(entry, state)
      PlenaryPush.replace(@taken, entry.name, JSON.generate(entry.state.merge(state)))
    end

    def remove(entry)
      File.unlink(File.join(@taken, entry.name))
      PlenaryPush.sync(@taken)
    end

    # A place for a tar that must lie on disk before it travels.
    def scratch(name)
      folder = File.join(@folder, 'tar')
      FileUtils.mkdir_p(folder, mode: 0o750)
      path = File.join(folder, name)
      yield path
    ensure
      FileUtils.rm_f(path) if path
    end

    private

    def names(folder)
      Dir.children(folder).sort.select do |name|
        NAME.match?(name) && File.lstat(File.join(folder, name)).file?
      end
    rescue Errno::ENOENT
      []
    end

    # The name says what is wanted, so an entry that a crash left empty is one that was not tried.
    def entry(folder, name)
      parts = NAME.match(name)
      state = begin
        JSON.parse(File.read(File.join(folder, name)))
      rescue SystemCallError, JSON::ParserError
        {}
      end
      Entry.new(name, parts[:id], parts[:what], state.is_a?(Hash) ? state : {})
    end
  end
end
